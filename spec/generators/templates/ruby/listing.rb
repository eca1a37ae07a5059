# frozen_string_literal: true

module Katapult
  # All items of a list operation. Each enumeration begins anew.
  # @api private
  class Listing
    def initialize(configuration, operation, given)
      @configuration = configuration
      @http = Http.new(configuration)
      @operation = operation
      @given = given
    end

    def each(&)
      retries = Retries.new(@configuration)
      seen = SeenItems.new
      @given.fetch('page').step do |number|
        page = fetch(number, retries)
        items = page[@operation.items]
        seen.add(items).each(&)
        break if last?(page['pagination'], items, seen)
      end
    end

    def inspect
      "#<#{self.class} #{@operation.target(@given)}>"
    end

    private

    def fetch(number, retries)
      given = @given.merge('page' => number)
      page, response = retries.run { |seconds| @http.call(@operation, given, seconds) }
      return page if page['pagination']['current_page'] == number

      raise UnexpectedResponseError.new(response, '$.pagination.current_page', "must be #{number}")
    rescue Error => e
      e.page = number
      raise
    end

    def last?(pagination, items, seen)
      return true if items.empty?

      total_pages = pagination['total_pages']
      return pagination['current_page'] >= total_pages if total_pages

      items.size < pagination['per_page'] || seen.goes_round?
    end
  end
end
