package com.example

import io.katapult.client.model.ApiToken
import io.katapult.client.model.ApiTokenPage
import io.katapult.extensions.KatapultClient
import io.katapult.extensions.ListApiTokensRequest
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.future.await
import kotlinx.coroutines.jdk9.asFlow

/** Gets one page. Cancelling the coroutine cancels the request. */
suspend fun KatapultClient.page(request: ListApiTokensRequest): ApiTokenPage =
    apiTokens().listAsync(request).await().body()

/**
 * Lists all tokens, and requests a page when the collector has used up the one before. Ending the collection early, or
 * cancelling its coroutine, cancels the request.
 */
fun KatapultClient.tokens(request: ListApiTokensRequest): Flow<ApiToken> =
    // Without the rendezvous, the flow would request 64 tokens at once.
    apiTokens().all(request).ahead(0).publisher().asFlow().buffer(Channel.RENDEZVOUS)
