package io.katapult.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An operation of the spec as the templates of {@code extensions} see it: by its fields. */
final class FriendlyOperation {
  String operationId = "";
  String summary = "";
  String javadoc = "";
  String httpMethod = "";
  String path = "";

  /** The name of the method of the client, for example {@code list}. */
  String method = "";

  String constant = "";

  /** The method that lists all items, for example {@code all}; null if this is no list. */
  @Nullable Paging paging;

  String requestType = "";
  String resourceType = "";

  /** The class of the body of a successful response. */
  String response = "";

  /** In the order of the spec. */
  final List<Field> fields = new ArrayList<>();

  boolean hasRequired() {
    return fields.stream().anyMatch(field -> field.required);
  }

  List<Field> required() {
    return fields.stream().filter(field -> field.required).toList();
  }

  /** The arguments of a copy that differs in nothing. */
  String copy() {
    return fields.stream().map(field -> field.field).collect(Collectors.joining(", "));
  }

  /** How a list goes on from page to page. */
  static final class Paging {
    String method = "";
    String item = "";
    String items = "";

    /** Null if an item has no id. */
    @Nullable String id;
  }

  /** A field of the request: one parameter, one of several, or the rows of a table. */
  static final class Field {
    String field = "";
    String fieldType = "";
    boolean required;
    boolean isPage;

    /** The arguments of a copy that differs in this field, which is called {@code changed}. */
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

  /** Parameters of which at most one is given. */
  static final class Choice {
    String type = "";
    boolean isOfTheClient;
    final List<Member> members = new ArrayList<>();
  }

  /** One of them. */
  static final class Member {
    String type = "";
    Parameter parameter = new Parameter();
    boolean last;
  }

  /** Parameters that are the columns of a table. */
  static final class Rows {
    String method = "";
    String type = "";
    final List<Parameter> columns = new ArrayList<>();
  }
}
