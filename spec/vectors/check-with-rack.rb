#!/usr/bin/env ruby
# frozen_string_literal: true

# Parses each query of requests.json as the server does, by Rack, and compares it with the structure that
# the case expects. Needs Ruby and Rack (Debian: ruby-rack).

require 'json'
require 'rack'

cases = JSON.parse(File.read(File.join(__dir__, 'requests.json'))).fetch('cases').select { |c| c.key?('query') }
failures = []

cases.each do |c|
  parsed = Rack::Utils.parse_nested_query(c.fetch('query'))
  failures << "#{c['group']}: #{c['name']}: #{parsed} instead of #{c['parsed']}" if parsed != c.fetch('parsed')

  # A case with several annotations proves something only if another order means something else.
  next if c.fetch('parsed').fetch('annotations', []).size < 2

  by_column = c['query'].split('&').partition { |pair| !pair.start_with?('annotations%5B%5D%5Bvalue%5D=') }
  if Rack::Utils.parse_nested_query(by_column.flatten.join('&')) == parsed
    failures << "#{c['group']}: #{c['name']}: means the same column by column"
  end
end

failures << 'there is no case' if cases.empty?
puts failures
puts "Rack #{Rack.release}: #{cases.size - failures.size} passed, #{failures.size} failed"
exit failures.empty?
