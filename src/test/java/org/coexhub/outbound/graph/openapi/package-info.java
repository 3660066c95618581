/**
 * Holds what the hub sends against Meta's own OpenAPI description, which lies in the test resources {@code meta-openapi}
 * together with the list of its repairs.
 */
package org.coexhub.outbound.graph.openapi;
