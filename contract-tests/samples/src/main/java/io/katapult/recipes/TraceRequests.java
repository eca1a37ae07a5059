package io.katapult.recipes;

import io.katapult.extensions.ApiRequest;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.instrumentation.api.instrumenter.AttributesExtractor;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Traces requests with OpenTelemetry: one span for a listing, and one below it for each attempt. Pass this to {@code
 * KatapultClient.builder().callFactory(…)}, and use the client within {@link #inSpan}. A listing of three pages, of
 * which the server first refuses the second one, gives:
 *
 * <pre>
 * list tokens
 *   GET  page=1  http.response.status_code=200
 *   GET  page=2  http.response.status_code=500  error.type=500
 *   GET  page=2  http.response.status_code=200  http.request.resend_count=1
 *   GET  page=3  http.response.status_code=200
 * </pre>
 *
 * <p>Each attempt also has {@code url.full}, which holds the organization. No span has headers unless you configure it;
 * don't capture {@code Authorization}. Outside {@link #inSpan}, an attempt that a timer starts has no parent.
 */
final class TraceRequests implements Call.Factory {
  /** Tells the attempts of an operation from others, on whatever thread they start. Not sent. */
  private static final String OPERATION = "X-Traced-Operation";

  private static final ContextKey<Integer> RESENDS = ContextKey.named("resends");

  private final Tracer tracer;
  private final Call.Factory calls;
  private final Map<String, Operation> running = new ConcurrentHashMap<>();

  /** An operation in a span, with the number of attempts for each page. */
  private record Operation(Context context, Map<HttpUrl, Integer> attempts) {}

  TraceRequests(OkHttpClient http, OpenTelemetry telemetry) {
    tracer = telemetry.getTracer("io.katapult.recipes");
    calls =
        OkHttpTelemetry.builder(telemetry)
            .addAttributesExtractor(new ResendCount())
            .build()
            .createCallFactory(http);
  }

  /**
   * Uses a request in a span of its own. The span ends when {@code use} returns, so read the listing to its end in it.
   */
  <R extends ApiRequest<R>, T> T inSpan(String name, R request, Function<R, T> use) {
    Span span = tracer.spanBuilder(name).startSpan();
    String id = UUID.randomUUID().toString();
    Context context = Context.current().with(span);
    running.put(id, new Operation(context, new ConcurrentHashMap<>()));
    try {
      return context.wrapFunction(use).apply(request.header(OPERATION, id));
    } catch (RuntimeException e) {
      span.recordException(e).setStatus(StatusCode.ERROR);
      throw e;
    } finally {
      running.remove(id);
      span.end();
    }
  }

  @Override
  public Call newCall(Request request) {
    String id = request.header(OPERATION);
    Request sent = request.newBuilder().removeHeader(OPERATION).build();
    Operation operation = id == null ? null : running.get(id);
    if (operation == null) {
      return calls.newCall(sent);
    }
    int resends = operation.attempts.merge(request.url(), 1, Integer::sum) - 1;
    return operation.context.with(RESENDS, resends).wrapSupplier(() -> calls.newCall(sent)).get();
  }

  /** Adds the number of earlier attempts to an attempt, if there are any. */
  private static final class ResendCount implements AttributesExtractor<Interceptor.Chain, Response> {
    @Override
    public void onStart(AttributesBuilder attributes, Context parent, Interceptor.Chain chain) {}

    @Override
    public void onEnd(
        AttributesBuilder attributes,
        Context context,
        Interceptor.Chain chain,
        @Nullable Response response,
        @Nullable Throwable error) {
      Integer resends = context.get(RESENDS);
      if (resends != null && resends > 0) {
        attributes.put("http.request.resend_count", (long) resends);
      }
    }
  }
}
