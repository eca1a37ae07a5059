package com.example

import io.katapult.client.model.ApiToken
import io.katapult.extensions.KatapultClient
import io.katapult.extensions.ListApiTokensRequest
import io.katapult.extensions.Organization
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Instant
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import okhttp3.Call
import okhttp3.EventListener
import okhttp3.OkHttpClient
import okhttp3.Request

/** Lists tokens from the mock, also in coroutines. */
fun main(arguments: Array<String>) {
    val tokens: List<ApiToken> = client(arguments[0]).build().use { it.apiTokens().all(TWO).toList() }
    check(tokens.size == 5) { "The mock has 5 tokens, but ${tokens.size} were listed" }
    val names: List<String> = tokens.map { it.name() }
    val expiries: List<Instant> = tokens.mapNotNull { it.expiresAt() }
    println("$names, of which ${expiries.size} expire")

    collectsAsNeeded(arguments[0], tokens)
    cancels("await") { page(TWO) }
    cancels("collect") { tokens(TWO).collect {} }
    // Otherwise its idle threads would live for another minute.
    HTTP.dispatcher.executorService.shutdown()
}

private val HTTP = OkHttpClient()

private val TWO = ListApiTokensRequest().perPage(2)

private fun client(baseUrl: String): KatapultClient.Builder =
    KatapultClient.builder().apiKey("consumer").organization(Organization.subDomain("acme")).baseUrl(baseUrl)

/** Records what happens to requests. */
private class Requests : EventListener() {
    val started = AtomicInteger()
    val sent = CompletableDeferred<Unit>()
    val cancelled = CompletableDeferred<Unit>()

    override fun callStart(call: Call) {
        started.incrementAndGet()
    }

    override fun requestHeadersEnd(call: Call, request: Request) {
        sent.complete(Unit)
    }

    override fun canceled(call: Call) {
        cancelled.complete(Unit)
    }
}

private fun KatapultClient.Builder.recording(requests: Requests): KatapultClient.Builder =
    callFactory(HTTP.newBuilder().eventListener(requests).build())

private fun collectsAsNeeded(baseUrl: String, tokens: List<ApiToken>) = runBlocking {
    val requests = Requests()
    client(baseUrl).recording(requests).build().use { katapult ->
        check(katapult.page(TWO).apiTokens() == tokens.take(2)) { "await got another page" }
        for ((wanted, pages) in listOf(2 to 1, 3 to 2, 5 to 3)) {
            requests.started.set(0)
            check(katapult.tokens(TWO).take(wanted).toList() == tokens.take(wanted)) { "The flow has other tokens" }
            val fetched = requests.started.get()
            check(fetched == pages) { "$wanted tokens took $fetched requests instead of $pages" }
        }
        check(katapult.tokens(TWO).toList() == tokens) { "The flow has other tokens" }
    }
}

/** Cancels a coroutine while its request waits for a server that never responds. */
private fun cancels(what: String, use: suspend KatapultClient.() -> Unit) = runBlocking {
    ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { silent ->
        val requests = Requests()
        client("http://127.0.0.1:${silent.localPort}").recording(requests).build().use { katapult ->
            withTimeout(8.seconds) {
                val used = CoroutineScope(coroutineContext.minusKey(kotlinx.coroutines.Job)).async { katapult.use() }
                requests.sent.await()
                used.cancel()
                val failure = runCatching { used.await() }.exceptionOrNull()
                check(failure is CancellationException) { "$what ended with $failure" }
                requests.cancelled.await()
            }
        }
    }
    println("Cancelling $what cancelled its request")
}
