package io.katapult.recipes;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import okhttp3.Call;
import okhttp3.OkHttpClient;

/**
 * Creates an OpenTelemetry span for each HTTP request, including retries. Pass the call factory to
 * {@code KatapultClient.builder().callFactory(…)}.
 *
 * <p>Spans contain the URL with the organization. They contain headers only if you configure it; don't capture
 * {@code Authorization}. A timer starts the retries of listings and asynchronous requests, so their spans have no
 * parent and start a new trace.
 */
final class TraceRequests {
  private TraceRequests() {}

  static Call.Factory traced(OkHttpClient http, OpenTelemetry telemetry) {
    return OkHttpTelemetry.create(telemetry).createCallFactory(http);
  }
}
