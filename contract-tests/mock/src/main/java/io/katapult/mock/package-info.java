/** A Prism mock of the Katapult Core API for tests. */
package io.katapult.mock;
