import com.squareup.moshi.JsonWriter
import com.squareup.moshi.adapter
import io.katapult.kotlin.apis.APITokensApi
import io.katapult.kotlin.infrastructure.Serializer
import io.katapult.kotlin.models.ErrorResponse
import okio.buffer
import okio.sink
import okio.source
import java.lang.reflect.InvocationTargetException

/** The Kotlin names of the request parameters. */
val names = mapOf(
    "organization[id]" to "organizationId",
    "organization[sub_domain]" to "organizationSubDomain",
    "annotations[][key]" to "annotationsKey",
    "annotations[][value]" to "annotationsValue",
    "page" to "page",
    "per_page" to "perPage",
)

/** Reads calls from standard input, one per line, makes them, and prints their outcomes. */
@OptIn(ExperimentalStdlibApi::class)
fun main() {
    val calls = Serializer.moshi.adapter<Map<String, Any>>()
    val outcomes = Serializer.moshi.adapter<Any>()
    val input = System.`in`.source().buffer()
    val output = System.out.sink().buffer()
    for (line in generateSequence(input::readUtf8Line)) {
        val outcome = try {
            mapOf("page" to call(calls.fromJson(line)!!))
        } catch (e: InvocationTargetException) {
            outcomeOf(e.targetException)
        }
        outcomes.toJson(JsonWriter.of(output), outcome)
        output.writeUtf8("\n").flush()
    }
}

/** Uses reflection to leave out absent parameters, so that the defaults of the client apply. */
fun call(call: Map<String, Any>): Any? {
    val api = APITokensApi(call["baseUrl"] as String)
    api.accessTokenProvider = { call["apiKey"] as String }
    val arguments = (call["parameters"] as Map<*, *>).entries.associate { (name, value) ->
        // Moshi reads each number as a Double.
        names.getValue(name as String) to if (value is Double) value.toInt() else value
    }
    val operation = APITokensApi::listOrganizationApiTokens
    return operation.callBy(
        operation.parameters.filter { it.name in arguments }.associateWith { arguments[it.name] } +
            (operation.parameters.first() to api),
    )
}

/** Uses reflection because the stock client lacks these types. */
fun outcomeOf(e: Throwable): Any {
    fun property(name: String) = e.javaClass.getMethod("get$name").invoke(e)
    return when (e.javaClass.simpleName) {
        "ParameterException" ->
            mapOf("rejected" to mapOf("rule" to property("Rule"), "parameters" to property("Parameters")))
        "UnexpectedResponseException" ->
            mapOf("unexpected" to mapOf("status" to property("StatusCode"), "path" to property("Path")))
        "ApiClientException", "ApiServerException" -> {
            val error = (property("ErrorResponse") as ErrorResponse).error
            mapOf(
                "apiError" to mapOf(
                    "status" to property("StatusCode"),
                    "code" to error.code,
                    "description" to error.description,
                    "detail" to error.detail,
                ),
            )
        }
        else -> mapOf("other" to e.toString())
    }
}
