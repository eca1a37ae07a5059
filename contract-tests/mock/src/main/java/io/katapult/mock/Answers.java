package io.katapult.mock;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.NullMarked;

/**
 * On a {@link MockApi} or a client that {@link PrismExtension} gives to a test: how its first requests are answered.
 */
@NullMarked
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Answers {
  /**
   * Names of response examples of the spec, one for each request, such as {@code "rate_limit_reached"}; a blank may
   * stand for an underscore. After them, requests are answered as without the annotation. {@code rate_limit_reached}
   * and {@code service_unavailable} come with a {@code Retry-After} of 30 seconds, which {@code KatapultClient} waits.
   *
   * @return the names
   */
  String[] value();
}
