# frozen_string_literal: true

# Makes single calls.
require_relative 'calls'
require_relative 'stock' if ENV['KATAPULT_VARIANT'] == 'stock'

def shown(client)
  [client, client.instance_variable_get(:@configuration)].flat_map do |object|
    [object.inspect, object.to_s, object.pretty_inspect, JSON.generate(object), YAML.dump(object), dump(object)]
  end
end

def dump(object)
  Marshal.dump(object).inspect
rescue TypeError => e
  e.message
end

answer do |request|
  if request['inspect']
    { shown: shown(client(request)) }
  elsif defined?(stock_call)
    { page: stock_call(request)&.to_hash }
  else
    { page: client(request).list_organization_api_tokens(**arguments(request)).to_h }
  end
end
