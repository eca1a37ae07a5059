# frozen_string_literal: true

module Katapult
  # Leaves out the items that a listing has already given, by their ids. Items without an id are always new.
  # @api private
  class SeenItems
    REMEMBERED = 10_000

    def initialize
      @ids = {}
      @repeated = {}
    end

    # Returns the new items of a page.
    def add(items)
      new_items = items.select { |item| add?(@ids, id(item)) }
      @ids.shift while @ids.size > REMEMBERED
      @repeated.clear unless new_items.empty?
      # A page whose items have all moved comes again once. A server that repeats itself sends it again and again.
      @goes_round = new_items.empty? && items.count { |item| add?(@repeated, id(item)) }.zero?
      new_items
    end

    # Whether every item of the last page has come at least twice again since the last new item.
    def goes_round?
      @goes_round
    end

    private

    def id(item)
      item['id'] if item.is_a?(Model)
    end

    def add?(ids, id)
      return true if id.nil?
      return false if ids.key?(id)

      ids[id] = true
    end
  end
end
