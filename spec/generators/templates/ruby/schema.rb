# frozen_string_literal: true

module Katapult
  # Checks values against schemas. The type in a schema is a scalar, :array, :object, or the name of a model.
  # @api private
  module Schema
    INTEGERS = { int32: (-2**31)...(2**31), int64: (-2**63)...(2**63) }.freeze

    # A value does not match its schema.
    class Mismatch < StandardError
      attr_reader :rule, :path, :problem

      def initialize(rule, path, problem)
        super("#{path} #{problem}")
        @rule = rule
        @path = path
        @problem = problem
      end
    end

    class << self
      # Returns the value of JSON as a value of Ruby.
      def read(schema, value, path)
        if value.nil?
          expect(schema[:nullable], 'nullable', path, 'must not be null')
          return
        end
        case schema[:type]
        when String then read_model(Model.named(schema[:type]), value, path)
        when :array then read_array(schema, value, path)
        when :object then read_object(value, path)
        else read_scalar(schema, value, path)
        end
      end

      private

      def read_model(model, value, path)
        expect(value.is_a?(Hash), 'type', path, 'must be an object')
        values = model.properties.filter_map do |name, schema|
          if value.key?(name)
            [name, read(schema, value[name], "#{path}.#{name}")]
          else
            expect(!schema[:required], 'required', path, "must have a property #{name}")
          end
        end
        model.new(values.to_h)
      end

      def read_array(schema, value, path)
        expect(value.is_a?(Array), 'type', path, 'must be a list')
        value.each_with_index.map { |item, index| read(schema[:items], item, "#{path}[#{index}]") }
      end

      def read_object(value, path)
        expect(value.is_a?(Hash), 'type', path, 'must be an object')
        with_floats(value)
      end

      def with_floats(value)
        case value
        when Hash then value.transform_values { |item| with_floats(item) }
        when Array then value.map { |item| with_floats(item) }
        when Rational then value.to_f
        else value
        end
      end

      def read_scalar(schema, value, path)
        case schema[:type]
        when :boolean
          expect([true, false].include?(value), 'type', path, 'must be true or false')
          value
        when :string then read_string(schema, value, path)
        when :number then read_number(schema, value, path)
        else read_integer(schema, value, path)
        end
      end

      def read_string(schema, value, path)
        expect(text?(value), 'type', path, 'must be text in UTF-8')
        least = schema.fetch(:min_length, 0)
        expect(value.length >= least, 'minLength', path, "must be at least #{least} characters long")
        value
      end

      def text?(value)
        value.is_a?(String) && value.encode(Encoding::UTF_8).valid_encoding?
      rescue EncodingError
        false
      end

      def read_number(schema, value, path)
        expect(value.is_a?(Numeric) && value.real? && value.to_f.finite?, 'type', path, 'must be a number')
        expect_range(schema, value, path)
        value.to_f
      end

      def read_integer(schema, value, path)
        type = schema[:type]
        expect(value.is_a?(Integer) && INTEGERS.fetch(type).cover?(value), 'type', path,
               "must be a whole number, #{type}")
        expect_range(schema, value, path)
        value
      end

      def expect_range(schema, value, path)
        least = schema.fetch(:minimum, value)
        expect(value >= least, 'minimum', path, "must be at least #{least}")
        most = schema.fetch(:maximum, value)
        expect(value <= most, 'maximum', path, "must be at most #{most}")
      end

      def expect(right, rule, path, problem)
        raise Mismatch.new(rule, path, problem) unless right
      end
    end
  end
end
