/**
 * The rules before sending, each a {@code SendRule}: window, consent, no message in circles. They ask the state and
 * decide; they change nothing.
 */
package org.coexhub.outbound.send.rule;
