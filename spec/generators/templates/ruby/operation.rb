# frozen_string_literal: true

require 'uri'

module Katapult
  # An operation of the spec. Parameters are known by their names in the request, each with its schema.
  # @api private
  class Operation
    # For any other kind of rule, the client fails to load.
    CHECKS = { 'mutuallyExclusive' => :check_exclusive, 'rows' => :check_rows }.freeze

    attr_reader :http_method, :returns

    def initialize(http_method, path, returns:, parameters: {}, rules: {})
      rules.each_key { |kind| CHECKS.fetch(kind) }
      Model.named(returns) if returns
      @http_method = http_method
      @path = path
      @parameters = parameters
      @rules = rules
      @returns = returns
    end

    # Raises a ParameterError if a parameter is invalid. A nil counts as not given.
    def check(given)
      check_schemas(given)
      Spec::CLIENT_PARAMETERS.each { |key| check_client_parameters(key, given) }
      @rules.each do |kind, rules|
        rules.each { |names| send(CHECKS.fetch(kind), names, given) }
      end
    end

    # Returns the path with the query: in the order of the spec, and tables row by row.
    def target(given)
      path = @path.gsub(/{(.+?)}/) { URI.encode_www_form_component(given[Regexp.last_match(1)]).gsub('+', '%20') }
      query = URI.encode_www_form(pairs(given), Encoding::UTF_8)
      query.empty? ? path : "#{path}?#{query}"
    end

    # Returns the property with the items if the operation is a list, or nil.
    def items
      return unless http_method == 'GET' && returns && @parameters.key?('page')

      properties = Model.named(returns).properties
      lists = properties.keys.select { |name| properties[name][:type] == :array }
      lists.first if properties.key?('pagination') && lists.one?
    end

    private

    def check_schemas(given)
      @parameters.each do |name, schema|
        Schema.read(schema, given[name], name) if schema[:required] || !given[name].nil?
      rescue Schema::Mismatch => e
        raise ParameterError.new(e.rule, [name], e.message), cause: nil
      end
    end

    def check_client_parameters(key, given)
      names = @parameters.keys.select { |name| name.start_with?("#{key}[") }
      return if names.empty? || names.any? { |name| given?(given, name) }

      raise ParameterError.new('x-client-parameters', names, "none of #{names.join(' and ')} is given: give one")
    end

    def check_exclusive(names, given)
      both = names.select { |name| given?(given, name) }
      return if both.size < 2

      raise ParameterError.new('mutuallyExclusive', both, "#{both.join(' and ')} are mutually exclusive: give only one")
    end

    def check_rows(names, given)
      sizes = names.map { |name| Array(given[name]).size }
      return if sizes.uniq.one?

      raise ParameterError.new('rows', names, "#{names.join(' and ')} have #{sizes.join(' and ')} elements: " \
                                              'give all of them the same number')
    end

    def given?(given, name)
      ![nil, []].include?(given[name])
    end

    def pairs(given)
      names = @parameters.keys.reject { |name| @path.include?("{#{name}}") }
      names.map { |name| columns(name) }.uniq.flat_map do |columns|
        columns.map { |column| Array(given[column]).map { |value| [column, value] } }.transpose.flatten(1)
      end
    end

    # Returns the columns of the table of a parameter.
    def columns(name)
      @rules.fetch('rows', []).find { |columns| columns.include?(name) } || [name]
    end
  end
end
