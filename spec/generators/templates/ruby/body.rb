# frozen_string_literal: true

require 'json'

module Katapult
  # Reads JSON strictly.
  # @api private
  module Body
    # JSON.parse alone also accepts comments and invalid escapes.
    TOKENS = %r{\A(?:[ \t\r\n\[\]{},:]++|"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u\h{4}))*+"|
                  -?(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?\d++)?+|true|false|null)*+\z}x

    # The maximum nesting of lists and objects.
    DEPTH = 512

    # Reads a number with a fraction or an exponent exactly: 1000.0 as 1000. An exponent of four digits exceeds 64 bits,
    # and an exact number could use up the memory.
    module ExactNumber
      def self.try_convert(text)
        return text.to_f if text.match?(/e[+-]?0*[1-9]\d{3}/i)

        number = Rational(text)
        number.denominator == 1 ? number.numerator : number
      end
    end

    # Returns the model in a body.
    def self.read(model, body)
      Schema.read({ type: model }, parse(body), '$')
    end

    def self.parse(body)
      text = body.to_s.dup.force_encoding(Encoding::UTF_8).delete_prefix("\uFEFF")
      raise JSON::ParserError unless text.valid_encoding? && text.match?(TOKENS)

      JSON.parse(text, max_nesting: DEPTH, decimal_class: ExactNumber)
    rescue JSON::ParserError
      raise Schema::Mismatch.new('syntax', '$', 'is not JSON')
    end
    private_class_method :parse
  end
end
