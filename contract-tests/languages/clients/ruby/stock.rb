# frozen_string_literal: true

require 'uri'

# Makes a call with the stock client.
def stock_call(request)
  client = Katapult::ApiClient.new(configuration(URI(request['baseUrl']), request['apiKey']))
  Katapult::APITokensApi.new(client).list_organization_api_tokens(arguments(request))
end

def configuration(url, key)
  Katapult::Configuration.new do |configuration|
    configuration.scheme = url.scheme
    configuration.host = "#{url.host}:#{url.port}"
    configuration.base_path = url.path
    configuration.access_token = key
  end
end

# Its only exception has no model of the error.
def failure(error)
  { other: "#{error.class}: #{error.message}" }
end
