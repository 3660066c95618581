/**
 * The rules that keep a message from going round in circles between the systems that hear of it: how many commands it
 * follows from, and whether the customer has just got the same words. Asks the conversation package.
 */
package org.coexhub.outbound.send.provenance;
