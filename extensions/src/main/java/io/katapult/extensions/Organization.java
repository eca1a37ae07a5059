package io.katapult.extensions;

import org.jspecify.annotations.Nullable;

/**
 * Which organization a request is about: one named by its id, or one named by its sub-domain. The API
 * takes either, never both.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public sealed interface Organization {
  /**
   * An organization named by its id.
   *
   * @param id for example {@code org_PcwJVbT0lQXaFz2N}; {@code organization[id]} of the spec
   * @return the organization
   * @throws ParameterException if the id is blank
   */
  static Organization id(String id) {
    return new Id(id);
  }

  /**
   * An organization named by its sub-domain.
   *
   * @param subDomain for example {@code acme}; {@code organization[sub_domain]} of the spec
   * @return the organization
   * @throws ParameterException if the sub-domain is blank
   */
  static Organization subDomain(String subDomain) {
    return new SubDomain(subDomain);
  }

  /**
   * An organization named by its id.
   *
   * @param id not blank
   */
  record Id(String id) implements Organization {
    /**
     * Checks the id.
     *
     * @param id not blank
     * @throws ParameterException if it is blank
     */
    public Id {
      checked("organization[id]", id);
    }
  }

  /**
   * An organization named by its sub-domain.
   *
   * @param subDomain not blank
   */
  record SubDomain(String subDomain) implements Organization {
    /**
     * Checks the sub-domain.
     *
     * @param subDomain not blank
     * @throws ParameterException if it is blank
     */
    public SubDomain {
      checked("organization[sub_domain]", subDomain);
    }
  }

  private static void checked(String parameter, @Nullable String value) {
    // First by the spec, so that the exception names its rule.
    if (value != null) {
      ListApiTokensRequest.RULES.check(parameter, value, -1);
    }
    ParameterException.requireText(parameter, value);
  }
}
