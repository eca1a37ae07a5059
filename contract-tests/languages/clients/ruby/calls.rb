# frozen_string_literal: true

# Reads calls from standard input, one per line, and prints their outcomes.
$LOAD_PATH.unshift(File.expand_path('client/lib', __dir__))
require 'json'
require 'katapult'
require 'pp' # rubocop:disable Lint/RedundantRequireStatement -- for pretty_inspect
require 'yaml'

def client(request)
  Katapult::Client.new(api_key: request['apiKey'], base_url: request['baseUrl'])
end

def arguments(request)
  request['parameters'].transform_keys { |name| name.gsub(/\W+/, '_').chomp('_').to_sym }
end

def failure(error)
  case error
  when Katapult::ParameterError then { rejected: { rule: error.rule, parameters: error.parameters } }
  when Katapult::ApiError then { apiError: { status: error.status, **error.error.to_h } }
  when Katapult::UnexpectedResponseError then { unexpected: { status: error.status, path: error.path } }
  else { other: "#{error.class}: #{error.message}" }
  end
end

def answer
  $stdout.sync = true
  $stdin.each_line do |line|
    outcome =
      begin
        yield JSON.parse(line)
      rescue StandardError => e
        failure(e)
      end
    puts JSON.generate(outcome)
  end
end
