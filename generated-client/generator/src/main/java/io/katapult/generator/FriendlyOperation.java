package io.katapult.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An operation of the spec, as data for the templates of {@code extensions}. */
final class FriendlyOperation {
  String operationId = "";
  String summary = "";
  String javadoc = "";
  String httpMethod = "";
  String path = "";

  /** The name of the Java method, for example {@code list}. */
  String method = "";

  String constant = "";

  /** Null if this is not a list operation. */
  @Nullable Paging paging;

  String requestType = "";
  String resourceType = "";

  /** The class of the response body. */
  String response = "";

  /** The fields of the request, in the order of the spec. */
  final List<Field> fields = new ArrayList<>();

  boolean hasRequired() {
    return fields.stream().anyMatch(field -> field.required);
  }

  List<Field> required() {
    return fields.stream().filter(field -> field.required).toList();
  }

  /** The constructor arguments for an unchanged copy of the request. */
  String copy() {
    return fields.stream().map(field -> field.field).collect(Collectors.joining(", "));
  }

  /** How to list all items. */
  static final class Paging {
    /** The name of the Java method, for example {@code all}. */
    String method = "";
    String item = "";
    String items = "";

    /** The property that identifies an item; null if there is none. */
    @Nullable String id;
  }

  /** A field of the request: exactly one of a plain parameter, a choice or rows. */
  static final class Field {
    String field = "";
    String fieldType = "";
    boolean required;
    boolean isPage;

    /** The constructor arguments for a copy whose value of this field is {@code changed}. */
    String copy = "";

    @Nullable Parameter plain;
    @Nullable Choice choice;
    @Nullable Rows rows;
  }

  /** One parameter of the spec. */
  static final class Parameter {
    String name = "";
    String type = "";
    String constant = "";
    String baseName = "";
    /** As in a query. */
    String encodedName = "";
    String description = "";
    boolean isPath;
    boolean isQuery;
    boolean isHeader;
    boolean isBody;
    String minimum = "null";
    String maximum = "null";
    String minLength = "null";
    boolean last;
  }

  /** Mutually exclusive parameters. */
  static final class Choice {
    String type = "";
    boolean isOfTheClient;
    final List<Member> members = new ArrayList<>();
  }

  /** One of the mutually exclusive parameters. */
  static final class Member {
    String type = "";
    Parameter parameter = new Parameter();
    boolean last;
  }

  /** Array parameters that are sent row by row. */
  static final class Rows {
    String method = "";
    String type = "";
    final List<Parameter> columns = new ArrayList<>();
  }
}
