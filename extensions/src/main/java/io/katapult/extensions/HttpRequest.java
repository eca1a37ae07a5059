package io.katapult.extensions;

import io.katapult.extensions.internal.ApiOperation;
import java.time.Duration;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request to an operation.
 *
 * @param page the requested page, counted from 1; 1 if the operation has no pages
 * @param deadline the deadline of this request; null if that of the policy applies
 */
record HttpRequest<T>(Request http, ApiOperation<T> operation, int page, @Nullable Duration deadline) {}
