package io.katapult.extensions;

import io.katapult.extensions.internal.ApiOperation;
import java.time.Duration;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request, and what its response is read as.
 *
 * @param page the page that it asks for, counted from 1; null if it asks for none
 * @param deadline of this request instead of the policy's; null if it has none
 */
record HttpRequest<T>(Request http, ApiOperation<T> operation, @Nullable Integer page, @Nullable Duration deadline) {}
