package io.katapult.contract.artifacts;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Describes the public part of a type as text. Names in its own package and in java.lang are short. */
record PublicApi(Class<?> type) {
  private static final int SHOWN =
      Modifier.PUBLIC | Modifier.PROTECTED | Modifier.ABSTRACT | Modifier.STATIC | Modifier.FINAL;

  /** Describes the exported packages of the module that has this type, or all packages if it is no module. */
  static List<String> ofModuleWith(Class<?> member) throws ReflectiveOperationException, IOException {
    Path location = Path.of(URI.create(member.getProtectionDomain().getCodeSource().getLocation().toString()));
    Optional<ModuleDescriptor> module =
        ModuleFinder.of(location).findAll().stream()
            .map(ModuleReference::descriptor)
            .filter(descriptor -> !descriptor.isAutomatic())
            .findFirst();
    List<String> lines = new ArrayList<>();
    module.ifPresent(descriptor -> lines.addAll(head(descriptor)));
    for (String name : typeNames(location)) {
      Class<?> type = Class.forName(name, false, member.getClassLoader());
      if (isSeen(type) && module.stream().allMatch(descriptor -> isExported(type, descriptor))) {
        if (!lines.isEmpty()) {
          lines.add("");
        }
        new PublicApi(type).addTo(lines);
      }
    }
    return lines;
  }

  private static List<String> head(ModuleDescriptor module) {
    Stream<String> requires =
        module.requires().stream()
            .filter(required -> required.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE))
            .map(required -> "  requires transitive " + required.name())
            .sorted();
    return Stream.concat(Stream.of("module " + module.name()), requires).toList();
  }

  private static boolean isExported(Class<?> type, ModuleDescriptor module) {
    return module.exports().stream()
        .anyMatch(exported -> !exported.isQualified() && exported.source().equals(type.getPackageName()));
  }

  private static List<String> typeNames(Path location) throws IOException {
    if (Files.isDirectory(location)) {
      return typeNamesBelow(location);
    }
    try (FileSystem jar = FileSystems.newFileSystem(location)) {
      return typeNamesBelow(jar.getPath("/"));
    }
  }

  private static List<String> typeNamesBelow(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
          .map(file -> file.substring(0, file.lastIndexOf('.')).replaceAll("[/\\\\]", "."))
          .sorted()
          .toList();
    }
  }

  private static boolean isSeen(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return isSeen(type.getModifiers()) && (outer == null || isSeen(outer));
  }

  private static boolean isSeen(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private void addTo(List<String> lines) {
    lines.add(header());
    // Methods of a superclass that is not public look as if they were declared here.
    for (Class<?> owner = type; owner == type || !isSeen(owner); owner = owner.getSuperclass()) {
      addMembers(owner.getDeclaredFields(), this::field, lines);
      addMembers(owner == type ? type.getDeclaredConstructors() : new Constructor<?>[0], this::constructor, lines);
      addMembers(owner.getDeclaredMethods(), this::method, lines);
      if (owner.isInterface()) {
        break;
      }
    }
  }

  private <M extends Member> void addMembers(M[] members, Function<M, String> text, List<String> lines) {
    Arrays.stream(members)
        .filter(member -> isSeen(member.getModifiers()) && !member.isSynthetic() && !isImplied(member))
        .sorted(Comparator.<M, String>comparing(Member::getName).thenComparing(text))
        .forEach(member -> lines.add("  " + text.apply(member)));
  }

  /** Members that every class has, and those that the header of a record implies. */
  private boolean isImplied(Member member) {
    RecordComponent[] components = type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
    if (member instanceof Constructor<?> constructor) {
      Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return type.isRecord() && Arrays.equals(types, constructor.getParameterTypes());
    }
    return member instanceof Method method
        && (Arrays.stream(Object.class.getMethods()).anyMatch(of -> overrides(method, of))
            || Arrays.stream(components).anyMatch(component -> component.getAccessor().equals(method)));
  }

  private static boolean overrides(Method method, Method other) {
    return method.getName().equals(other.getName())
        && Arrays.equals(method.getParameterTypes(), other.getParameterTypes());
  }

  private String header() {
    boolean isMarked =
        type.isAnnotationPresent(NullMarked.class) || type.getPackage().isAnnotationPresent(NullMarked.class);
    int implied =
        type.isInterface() ? Modifier.ABSTRACT | Modifier.STATIC
            : type.isRecord() || type.isEnum() ? Modifier.STATIC | Modifier.FINAL : 0;
    String kind =
        type.isAnnotation() ? "@interface "
            : type.isInterface() ? "interface "
                : type.isEnum() ? "enum "
                    : type.isRecord() ? "record " : "class ";
    return (isMarked && type.getEnclosingClass() == null ? "@NullMarked " : "")
        + modifiers(type.getModifiers() & ~implied)
        + sealed()
        + kind
        + type.getCanonicalName()
        + variables(type.getTypeParameters())
        + (type.isRecord() ? components() : "")
        + list(" extends ", superclass())
        + list(
            type.isInterface() ? " extends " : " implements ",
            type.isAnnotation() ? new AnnotatedType[0] : type.getAnnotatedInterfaces())
        + (type.isSealed()
            ? Arrays.stream(type.getPermittedSubclasses()).map(this::name).sorted().collect(joining(", ", " permits ", ""))
            : "");
  }

  private String sealed() {
    boolean isOpen = !type.isSealed() && !Modifier.isFinal(type.getModifiers());
    Stream<Class<?>> parents = Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()));
    return type.isSealed() ? "sealed " : isOpen && parents.anyMatch(Class::isSealed) ? "non-sealed " : "";
  }

  private String components() {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> text(component.getAnnotatedType()) + " " + component.getName())
        .collect(joining(", ", "(", ")"));
  }

  private AnnotatedType[] superclass() {
    return type.isInterface() || type.isRecord() || type.getSuperclass() == Object.class
        ? new AnnotatedType[0]
        : new AnnotatedType[] {type.getAnnotatedSuperclass()};
  }

  private String field(Field field) {
    return modifiers(field.getModifiers()) + text(field.getAnnotatedType()) + " " + field.getName();
  }

  private String constructor(Constructor<?> constructor) {
    return modifiers(constructor.getModifiers())
        + spaced(variables(constructor.getTypeParameters()))
        + type.getSimpleName()
        + parameters(constructor);
  }

  private String method(Method method) {
    return modifiers(method.getModifiers())
        + (method.isDefault() ? "default " : "")
        + spaced(variables(method.getTypeParameters()))
        + text(method.getAnnotatedReturnType())
        + " "
        + method.getName()
        + parameters(method)
        + (method.getDefaultValue() == null ? "" : " default");
  }

  private String parameters(Executable executable) {
    String types = list("", executable.getAnnotatedParameterTypes());
    return "("
        + (executable.isVarArgs() ? types.substring(0, types.length() - "[]".length()) + "..." : types)
        + ")"
        + list(" throws ", executable.getAnnotatedExceptionTypes());
  }

  private String variables(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(variable -> variable.getName() + bounds(" extends ", variable.getAnnotatedBounds()))
            .collect(joining(", ", "<", ">"));
  }

  private String bounds(String keyword, AnnotatedType[] bounds) {
    String text = Arrays.stream(bounds).map(this::text).collect(joining(" & "));
    return text.isEmpty() || text.equals("Object") ? "" : keyword + text;
  }

  private String list(String keyword, AnnotatedType[] types) {
    return types.length == 0 ? "" : Arrays.stream(types).map(this::text).collect(joining(", ", keyword, ""));
  }

  /** The text of the JDK differs between its versions. */
  private String text(AnnotatedType of) {
    String annotations =
        Arrays.stream(of.getAnnotations())
            .map(annotation -> "@" + annotation.annotationType().getSimpleName() + " ")
            .collect(joining());
    if (of instanceof AnnotatedArrayType array) {
      return text(array.getAnnotatedGenericComponentType()) + (" " + annotations).stripTrailing() + "[]";
    }
    if (of instanceof AnnotatedWildcardType wildcard) {
      String lower = bounds(" super ", wildcard.getAnnotatedLowerBounds());
      return annotations + "?" + (lower.isEmpty() ? bounds(" extends ", wildcard.getAnnotatedUpperBounds()) : lower);
    }
    if (of instanceof AnnotatedParameterizedType parameterized) {
      Class<?> raw = (Class<?>) ((ParameterizedType) of.getType()).getRawType();
      return annotations + name(raw) + list("<", parameterized.getAnnotatedActualTypeArguments()) + ">";
    }
    return annotations + (of.getType() instanceof Class<?> plain ? name(plain) : of.getType().getTypeName());
  }

  private String name(Class<?> of) {
    boolean isShort = of.getPackageName().equals("java.lang") || of.getPackageName().equals(type.getPackageName());
    return isShort && !of.isPrimitive()
        ? of.getCanonicalName().substring(of.getPackageName().length() + 1)
        : of.getCanonicalName();
  }

  private static String modifiers(int modifiers) {
    return spaced(Modifier.toString(modifiers & SHOWN));
  }

  private static String spaced(String text) {
    return text.isEmpty() ? "" : text + " ";
  }
}
