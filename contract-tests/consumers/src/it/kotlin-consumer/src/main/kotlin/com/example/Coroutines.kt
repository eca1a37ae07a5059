package com.example

import io.katapult.client.model.ApiToken
import io.katapult.client.model.ApiTokenPage
import io.katapult.extensions.ConnectionException
import io.katapult.extensions.KatapultClient
import io.katapult.extensions.ListApiTokensRequest
import io.katapult.extensions.Listing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runInterruptible

/** Gets one page. Cancelling the coroutine cancels the request. */
suspend fun KatapultClient.page(request: ListApiTokensRequest): ApiTokenPage =
    apiTokens().listAsync(request).await().body()

/** Lists all tokens, and requests a page when the collector has used up the one before. */
fun KatapultClient.tokens(request: ListApiTokensRequest): Flow<ApiToken> = apiTokens().all(request).ahead(0).asFlow()

/** The items of a listing. Ending the collection early, or cancelling its coroutine, cancels pending requests. */
fun <I : Any> Listing<*, I>.asFlow(): Flow<I> = flow {
    stream().use { items ->
        val iterator = items.iterator()
        // The iterator may wait for a page, so it must not block the thread of the collector.
        while (interruptible { iterator.hasNext() }) {
            emit(iterator.next())
        }
    }
}

private suspend fun <T> interruptible(wait: () -> T): T =
    try {
        runInterruptible(Dispatchers.IO, wait)
    } catch (e: ConnectionException) {
        // Interrupted because the coroutine is cancelled: this throws the CancellationException.
        currentCoroutineContext().ensureActive()
        throw e
    }
