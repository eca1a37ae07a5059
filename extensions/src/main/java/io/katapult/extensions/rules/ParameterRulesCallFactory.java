package io.katapult.extensions.rules;

import io.katapult.client.ParameterRules;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.Request;
import retrofit2.Invocation;

/**
 * Enforces the {@link ParameterRules} of the generated Retrofit interfaces: checks the parameters of each
 * call, and puts the columns of a table row by row.
 *
 * <pre>{@code
 * annotationsKey = ["a", "b"], annotationsValue = ["1", "2"]
 * without: annotations[][key]=a&annotations[][key]=b&annotations[][value]=1&annotations[][value]=2
 * with it: annotations[][key]=a&annotations[][value]=1&annotations[][key]=b&annotations[][value]=2
 * }</pre>
 *
 * <p>A {@code KatapultClient} has it built in. With a {@code Retrofit} of your own, pass it to
 * {@code Retrofit.Builder.callFactory}. A broken rule is a {@link ParameterException}: from
 * {@code Call.execute()}, and through {@code Callback.onFailure} of {@code Call.enqueue()}. Requests that do
 * not come from a Retrofit interface pass unchanged.
 *
 * <p>Safe for use by many threads.
 */
public final class ParameterRulesCallFactory implements Call.Factory {
  private final Call.Factory delegate;
  private final Map<Method, MethodRules> rules = new ConcurrentHashMap<>();

  /**
   * Wraps a call factory.
   *
   * @param delegate sends the requests: an {@code OkHttpClient}, or anything around one
   */
  public ParameterRulesCallFactory(Call.Factory delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /**
   * Makes a call of a checked and ordered request.
   *
   * @throws ParameterException if a rule is broken; nothing has been sent then
   */
  @Override
  public Call newCall(Request request) {
    Invocation invocation = request.tag(Invocation.class);
    if (invocation == null) {
      return delegate.newCall(request);
    }
    MethodRules methodRules = rules.computeIfAbsent(invocation.method(), MethodRules::new);
    methodRules.checkValues(invocation.arguments());
    return delegate.newCall(methodRules.checkAndOrder(request));
  }
}
