# frozen_string_literal: true

require 'net/http'
require 'openssl'
require 'timeout'
require 'zlib'

module Katapult
  # Sends requests over Net::HTTP, each once and over its own connection. Does not follow redirects.
  # @api private
  class Http
    Response = Struct.new(:status, :headers, :body)

    # Another attempt can help.
    BROKEN = [SocketError, SystemCallError, IOError, Timeout::Error].freeze

    # Another attempt would fail alike.
    REFUSED = [
      OpenSSL::SSL::SSLError, Net::ProtocolError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Zlib::Error
    ].freeze

    ERROR_RESPONSE = Spec::ERROR.fetch(0)
    ERROR = Spec::ERROR.fetch(1)

    def initialize(configuration)
      @configuration = configuration
    end

    # Returns the model of the response, and the response.
    def call(operation, given, seconds = @configuration.timeout)
      response = send_request(operation.http_method, operation.target(given), seconds)
      raise failure(response) unless response.status.between?(200, 299)

      [operation.returns && read(operation.returns, response), response]
    end

    private

    def send_request(http_method, target, seconds)
      path = @configuration.base_url.path.chomp('/')
      response = Timeout.timeout(seconds) do
        connect(seconds) { |http| http.send_request(http_method, path + target, nil, headers) }
      end
      Response.new(response.code.to_i, response.each_header.to_h, response.body)
    rescue *BROKEN, *REFUSED => e
      raise ConnectionError, "The connection failed: #{e.message}"
    end

    def connect(seconds, &)
      url = @configuration.base_url
      options = { use_ssl: url.scheme == 'https', max_retries: 0, ignore_eof: false,
                  open_timeout: seconds, read_timeout: seconds }
      Net::HTTP.start(url.hostname, url.port, options, &)
    end

    def headers
      {
        'Accept' => 'application/json',
        'Authorization' => @configuration.authorization.call,
        'User-Agent' => Spec::USER_AGENT
      }
    end

    def failure(response)
      ApiError.new(response, read(ERROR_RESPONSE, response).public_send(ERROR))
    end

    def read(model, response)
      Body.read(model, response.body)
    rescue Schema::Mismatch => e
      raise UnexpectedResponseError.new(response, e.path, e.problem), cause: nil
    end
  end
end
