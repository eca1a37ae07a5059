package io.katapult.extensions;

import java.time.Duration;
import java.util.function.ToIntFunction;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request, and what its response is read as.
 *
 * @param page the page that it asks for, counted from 1
 * @param pageOf which page a body says that it is
 * @param deadline of this request instead of the policy's; null if it has none
 */
record ApiRequest<T>(Request http, Class<T> type, int page, ToIntFunction<T> pageOf, @Nullable Duration deadline) {}
