/**
 * The rules before sending, each a {@code SendRule}: window, consent, and no message in circles. They ask the state
 * and the kind of a template, and decide; they change nothing.
 */
package org.coexhub.outbound.send.rule;
