package io.katapult.recipes;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import okhttp3.Call;
import okhttp3.OkHttpClient;

/**
 * Makes an OpenTelemetry span of each HTTP request, so also of each attempt; pass the call factory to
 * {@code KatapultClient.builder().callFactory(…)}.
 *
 * <p>Spans have the URL with the organization, and no header unless the telemetry is told to capture it: leave
 * {@code Authorization} out. An attempt after the first of a listing or an asynchronous request comes from a timer,
 * which knows no span: it begins a trace of its own.
 */
final class TraceRequests {
  private TraceRequests() {}

  static Call.Factory traced(OkHttpClient http, OpenTelemetry telemetry) {
    return OkHttpTelemetry.create(telemetry).createCallFactory(http);
  }
}
