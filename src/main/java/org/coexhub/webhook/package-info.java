/**
 * Where Meta's webhooks enter: the HTTP front of the route {@code webhook}, the verification handshake, the signature.
 * A body is cut into slices and handed to the journal here; nothing is parsed further, looked up or decided.
 */
package org.coexhub.webhook;
