package io.katapult.mock;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.NullMarked;

/**
 * Chooses the first responses of a {@link MockApi} or a client that {@link PrismExtension} passes to a test.
 */
@NullMarked
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Answers {
  /**
   * Names of response examples in the spec, one for each request, such as {@code "rate_limit_reached"}. Underscores may
   * be written as spaces. Later requests are answered as without the annotation. {@code rate_limit_reached} and
   * {@code service_unavailable} send a {@code Retry-After} of 30 seconds, and {@code KatapultClient} waits that long.
   *
   * @return the names
   */
  String[] value();
}
