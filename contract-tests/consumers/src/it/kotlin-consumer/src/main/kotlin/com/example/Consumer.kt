package com.example

import io.katapult.client.model.ApiToken
import io.katapult.extensions.KatapultClient
import io.katapult.extensions.ListApiTokensRequest
import io.katapult.extensions.Organization
import java.time.Instant

/** Lists tokens from the mock. */
fun main(arguments: Array<String>) {
    val tokens: List<ApiToken> =
        KatapultClient.builder()
            .apiKey("consumer")
            .organization(Organization.subDomain("acme"))
            .baseUrl(arguments[0])
            .build()
            .use { katapult -> katapult.apiTokens().all(ListApiTokensRequest().perPage(2)).toList() }
    check(tokens.size == 5) { "The mock has 5 tokens, but ${tokens.size} were listed" }
    val names: List<String> = tokens.map { it.name() }
    val expiries: List<Instant> = tokens.mapNotNull { it.expiresAt() }
    println("$names, of which ${expiries.size} expire")
}
