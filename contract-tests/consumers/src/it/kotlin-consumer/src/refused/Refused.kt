import io.katapult.client.model.ApiToken
import io.katapult.extensions.ListApiTokensRequest
import java.time.Instant

fun maybe(token: ApiToken): Instant = token.expiresAt()

fun never(request: ListApiTokensRequest): ListApiTokensRequest = request.organization(null)
