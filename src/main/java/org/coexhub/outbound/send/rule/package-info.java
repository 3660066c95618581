/**
 * The rules before sending, each a {@code SendRule}: window, consent, and no message in circles. They ask the state
 * and the kind of a template, and decide; they change nothing. Beside the window's rule stands what gives the commands
 * that it holds their turn when the customer writes.
 */
package org.coexhub.outbound.send.rule;
