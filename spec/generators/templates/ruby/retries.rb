# frozen_string_literal: true

require 'time'

module Katapult
  # Repeats the requests of a listing after failures that can pass, and waits while no request is permitted.
  # @api private
  class Retries
    STATUSES = [429, 500, 502, 503, 504].freeze

    # In seconds. It doubles after each attempt.
    FIRST_WAIT = 0.25
    LONGEST_WAIT = 8

    def initialize(configuration)
      @configuration = configuration
      @permitted_at = now
    end

    # Calls the block, which sends a request within the seconds that it is given and returns what Http#call does.
    def run
      sleep(until_permitted)
      deadline = now + @configuration.max_seconds
      1.step do |attempt|
        return yield(seconds(deadline)).tap { |_, response| notice(response) }
      rescue Error => e
        wait = wait_after(e, attempt)
        raise unless wait && now + wait < deadline

        sleep(wait)
      end
    end

    private

    def seconds(deadline)
      (deadline - now).clamp(0.001, @configuration.timeout)
    end

    # Notices in a response that no request remains in this minute.
    def notice(response)
      remaining = response.headers['x-ratelimit-remaining']
      @permitted_at = now + until_next_minute(response.headers) + 0.1 if remaining&.match?(/\A0+\z/)
    end

    def until_permitted
      [@permitted_at - now, 0].max
    end

    # Returns nil if there is no other attempt.
    def wait_after(failure, attempt)
      return unless attempt < @configuration.max_attempts && can_pass?(failure)
      return back_off(attempt) if failure.is_a?(ConnectionError)

      notice(failure)
      [retry_after(failure) || back_off(attempt), until_permitted].max
    end

    def can_pass?(failure)
      case failure
      when ConnectionError then Http::BROKEN.any? { |kind| failure.cause.is_a?(kind) }
      when ResponseError then STATUSES.include?(failure.status)
      end
    end

    def back_off(attempt)
      [FIRST_WAIT * (2**(attempt - 1)), LONGEST_WAIT].min * rand(0.5..1.0)
    end

    # Returns the seconds that the server asks for, or nil.
    def retry_after(failure)
      headers = failure.headers
      seconds = headers['retry-after']
      return seconds.to_i if seconds&.match?(/\A\d+\z/)

      if (date = date(seconds))
        [date - (date(headers['date']) || Time.now), 0].max
      elsif failure.status == 429
        until_next_minute(headers) + rand(0.1..1.0)
      end
    end

    # The limit starts anew with the minute of the server's clock.
    def until_next_minute(headers)
      60 - ((date(headers['date']) || Time.now).to_i % 60)
    end

    # Returns nil if the text is no date of HTTP.
    def date(text)
      Time.httpdate(text.to_s)
    rescue ArgumentError
      nil
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
