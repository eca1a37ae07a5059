import com.squareup.moshi.JsonReader
import com.squareup.moshi.JsonWriter
import io.katapult.kotlin.ApiException
import io.katapult.kotlin.Katapult
import io.katapult.kotlin.KatapultException
import io.katapult.kotlin.Model
import io.katapult.kotlin.Page
import io.katapult.kotlin.ParameterException
import io.katapult.kotlin.Request
import io.katapult.kotlin.UnexpectedResponseException
import io.katapult.kotlin.asSequence
import okio.buffer
import okio.sink
import okio.source
import java.lang.reflect.InvocationTargetException
import kotlin.reflect.full.functions

/** The runner and the lister. Reads calls from standard input, one per line, makes them, and prints their outcomes. */
fun main() {
    val input = System.`in`.source().buffer()
    val output = System.out.sink().buffer()
    while (!input.exhausted()) {
        val call = JsonReader.of(okio.Buffer().writeUtf8(input.readUtf8LineStrict())).readJsonValue() as Map<*, *>
        val katapult = Katapult(call["apiKey"] as String, call["baseUrl"] as String)
        val outcome = when {
            "inspect" in call -> mapOf("shown" to listOf("$katapult", "${katapult.listOrganizationApiTokens("id")}"))
            "operation" in call -> list(katapult, call)
            else -> run(katapult, call)
        }
        JsonWriter.of(output).apply { serializeNulls = true }.jsonValue(outcome)
        output.writeUtf8("\n").flush()
    }
}

private fun run(katapult: Katapult, call: Map<*, *>): Map<String, Any?> = try {
    val page = request(katapult, "listOrganizationApiTokens", call).execute() as Model
    mapOf("page" to page.toMap())
} catch (e: RuntimeException) {
    outcomeOf(e)
}

private fun list(katapult: Katapult, call: Map<*, *>): Map<String, Any?> {
    val items = mutableListOf<Any?>()
    val limit = (call["limit"] as Double?)?.toInt() ?: Int.MAX_VALUE
    return try {
        @Suppress("UNCHECKED_CAST")
        val request = request(katapult, call["operation"] as String, call) as Request<Page<Model>>
        request.asSequence().take(limit).forEach { items += it.toMap() }
        mapOf("items" to items)
    } catch (e: RuntimeException) {
        mapOf("items" to items, "failure" to outcomeOf(e), "page" to (e as? KatapultException)?.page)
    }
}

/** Uses reflection to leave out absent parameters, so that the defaults of the client apply. */
private fun request(katapult: Katapult, operation: String, call: Map<*, *>): Request<*> {
    val function = Katapult::class.functions.single { it.name == operation }
    val arguments = (call["parameters"] as Map<*, *>).entries.associate { (name, value) ->
        val parameter = function.parameters.single { it.name == kotlinName(name as String) }
        // JSON has only numbers, of which Moshi reads each as a Double.
        val isLong = parameter.type.classifier == Long::class
        parameter to if (value is List<*>) value.map { numberOf(it, isLong) } else numberOf(value, isLong)
    }
    return try {
        function.callBy(arguments + (function.parameters.first() to katapult)) as Request<*>
    } catch (e: InvocationTargetException) {
        throw e.targetException
    }
}

private fun numberOf(value: Any?, isLong: Boolean): Any? = when (value) {
    is Double -> if (isLong) value.toLong() else value.toInt()
    else -> value
}

private fun kotlinName(name: String): String = when (name) {
    "annotations[][key]" -> "annotationKeys"
    "annotations[][value]" -> "annotationValues"
    else -> name.split(Regex("[\\[\\]_]+")).filter(String::isNotEmpty).joinToString("") { word ->
        word.replaceFirstChar(Char::uppercase)
    }.replaceFirstChar(Char::lowercase)
}

private fun outcomeOf(e: RuntimeException): Map<String, Any?> = when (e) {
    is ParameterException -> mapOf("rejected" to mapOf("rule" to e.rule, "parameters" to e.parameters))
    is ApiException -> mapOf("apiError" to mapOf("status" to e.status) + e.body.error.toMap())
    is UnexpectedResponseException -> mapOf("unexpected" to mapOf("status" to e.status, "path" to e.path))
    else -> mapOf("other" to e.toString())
}
