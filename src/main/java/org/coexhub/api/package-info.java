/**
 * The REST API: bearer authentication, problems by RFC 9457, and thin controllers over what the other packages know.
 * Decides nothing itself.
 */
package org.coexhub.api;
