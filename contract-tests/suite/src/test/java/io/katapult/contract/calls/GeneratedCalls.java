package io.katapult.contract.calls;

import io.katapult.extensions.ApiRequest;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.Listing;
import io.katapult.extensions.PagedRequest;
import io.katapult.extensions.internal.ApiOperation;
import io.katapult.specreader.Spec;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import retrofit2.Call;
import retrofit2.http.Path;
import retrofit2.http.Query;

/** Calls an operation of the spec by reflection, so that no test names the generated method. */
public final class GeneratedCalls {
  private GeneratedCalls() {}

  /** Makes a call with the Retrofit interface. Parameters that are not given are null. */
  public static Call<?> raw(KatapultClient katapult, Spec.Operation operation, Map<String, Object> parameters) {
    Method method = rawMethod(operation);
    Object api = katapult.api(method.getDeclaringClass());
    Object[] arguments =
        Stream.of(method.getParameters()).map(parameter -> parameters.get(nameOf(parameter))).toArray();
    return (Call<?>) invoke(method, api, arguments);
  }

  /** Calls the method of the client. Required parameters have the value of their example in the spec. */
  public static ApiResponse<?> friendly(KatapultClient katapult, Spec.Operation operation, @Nullable Integer page) {
    Object resource = resource(katapult, operation);
    Method method = withRequest(resource, friendlyName(operation, resource.getClass()));
    ApiRequest<?> request = (ApiRequest<?>) newRequest(operation, method.getParameterTypes()[0]);
    if (page != null && request instanceof PagedRequest<?> paged) {
      request = paged.page(page);
    }
    return (ApiResponse<?>) invoke(method, resource, request);
  }

  /** Lists all items of an operation. Only parameters that are numbers can be given. */
  public static Listing<?, ?> listing(
      KatapultClient katapult, Spec.Operation operation, Map<String, Object> parameters) {
    Object resource = resource(katapult, operation);
    String single = friendlyName(operation, resource.getClass());
    String all = single.equals("list") ? "all" : "all" + camel(single.substring("list".length()));
    Method method = withRequest(resource, all);
    Object request = newRequest(operation, method.getParameterTypes()[0]);
    for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
      if (parameter.getValue() instanceof Integer number && !parameter.getKey().equals("page")) {
        Method setter = methodWith(request.getClass(), lower(camel(parameter.getKey())), int.class);
        request = invoke(setter, request, number);
      }
    }
    Listing<?, ?> listing = (Listing<?, ?>) invoke(method, resource, request);
    return parameters.get("page") instanceof Integer page ? listing.fromPage(page) : listing;
  }

  private static Object resource(KatapultClient katapult, Spec.Operation operation) {
    return invoke(method(KatapultClient.class, lower(group(operation))), katapult);
  }

  private static Method withRequest(Object resource, String name) {
    return Stream.of(resource.getClass().getMethods())
        .filter(candidate -> candidate.getName().equals(name) && candidate.getParameterCount() == 1)
        .findFirst()
        .orElseThrow(() -> new LinkageError(resource + " has no method " + name));
  }

  private static Method methodWith(Class<?> type, String name, Class<?> parameter) {
    try {
      return type.getMethod(name, parameter);
    } catch (NoSuchMethodException e) {
      throw new LinkageError(type + " has no method " + name, e);
    }
  }

  /** Finds the method by the constant of its operation, which has the same name. */
  private static String friendlyName(Spec.Operation operation, Class<?> resource) {
    for (Field field : resource.getDeclaredFields()) {
      if (field.getType() == ApiOperation.class) {
        field.setAccessible(true);
        ApiOperation<?> candidate = (ApiOperation<?>) get(field);
        if (candidate.method().equals(operation.method())
            && candidate.path().equals(operation.path().substring(1))) {
          return lower(camel(field.getName().toLowerCase(Locale.ROOT)));
        }
      }
    }
    throw new LinkageError(resource + " has no method for " + operation);
  }

  private static Object newRequest(Spec.Operation operation, Class<?> type) {
    Object[] required =
        operation
            .parameters()
            .filter(parameter -> Boolean.TRUE.equals(parameter.get("required")))
            .map(parameter -> Spec.example(parameter, operation + ": " + parameter.get("name")))
            .toArray();
    try {
      return type.getConstructors()[0].newInstance(required);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The constructor of " + type + " takes other parameters than the spec requires", e);
    }
  }

  private static Method rawMethod(Spec.Operation operation) {
    return method(classOf("io.katapult.client.api." + group(operation) + "Api"), operation.id());
  }

  private static @Nullable String nameOf(Parameter parameter) {
    Query query = parameter.getAnnotation(Query.class);
    Path path = parameter.getAnnotation(Path.class);
    return query != null ? query.value() : path != null ? path.value() : null;
  }

  /** The class of an operation is named after its tag. */
  private static String group(Spec.Operation operation) {
    return camel((String) ((List<?>) operation.content().get("tags")).get(0));
  }

  private static String camel(String words) {
    return Stream.of(words.split("[^A-Za-z0-9]+"))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  private static String lower(String camel) {
    return camel.substring(0, 1).toLowerCase(Locale.ROOT) + camel.substring(1);
  }

  private static Class<?> classOf(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new LinkageError("There is no class " + name, e);
    }
  }

  private static Method method(Class<?> type, String name) {
    return Stream.of(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new LinkageError(type + " has no method " + name));
  }

  private static Object get(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new LinkageError("The field can't be read", e);
    }
  }

  private static Object invoke(Method method, Object receiver, Object... arguments) {
    try {
      return method.invoke(receiver, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new LinkageError("The method failed", e);
    } catch (IllegalAccessException e) {
      throw new LinkageError("The method can't be called", e);
    }
  }
}
