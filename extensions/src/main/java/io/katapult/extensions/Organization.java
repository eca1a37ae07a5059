package io.katapult.extensions;

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
      ParameterException.requireText("organization[id]", id);
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
      ParameterException.requireText("organization[sub_domain]", subDomain);
    }
  }
}
