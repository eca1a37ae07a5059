# frozen_string_literal: true

# Lists all items.
require_relative 'calls'

def list(request)
  operation = request['operation'].gsub(/[A-Z]/) { |letter| "_#{letter.downcase}" }
  listing = client(request).all.public_send(operation, **arguments(request))
  request['limit'] ? listing.lazy.first(request['limit']) : listing
end

answer do |request|
  items = []
  begin
    list(request).each { |item| items << item.to_h }
    { items: }
  rescue StandardError => e
    { items:, failure: failure(e), page: (e.page if e.is_a?(Katapult::Error)) }.compact
  end
end
