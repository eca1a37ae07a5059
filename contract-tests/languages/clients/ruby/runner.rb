# frozen_string_literal: true

# Reads calls from standard input, one per line, makes them with the generated client, and prints their outcomes.
gem 'typhoeus', '~> 1.4'
$LOAD_PATH.unshift(File.expand_path('client/lib', __dir__))
require 'json'
require 'uri'
require 'katapult'

def call(base_url, api_key, parameters)
  base = URI(base_url)
  config = Katapult::Configuration.new
  config.scheme = base.scheme
  config.host = "#{base.host}:#{base.port}"
  config.base_path = base.path
  config.access_token = api_key
  options = parameters.transform_keys { |name| name.gsub(/\W+/, '_').chomp('_').to_sym }
  Katapult::APITokensApi.new(Katapult::ApiClient.new(config)).list_organization_api_tokens(options)
end

# Tells exceptions apart by their methods, because the stock client lacks our classes.
def failure(exception)
  if exception.respond_to?(:rule)
    { rejected: { rule: exception.rule, parameters: exception.parameters } }
  elsif exception.respond_to?(:error)
    { apiError: { status: exception.code, **exception.error.to_hash } }
  elsif exception.respond_to?(:path)
    { unexpected: { status: exception.code, path: exception.path } }
  else
    { other: "#{exception.class}: #{exception.message}" }
  end
end

$stdout.sync = true
$stdin.each_line do |line|
  request = JSON.parse(line)
  outcome =
    begin
      { page: call(*request.values_at('baseUrl', 'apiKey', 'parameters'))&.to_hash }
    rescue StandardError => e
      failure(e)
    end
  puts JSON.generate(outcome)
end
