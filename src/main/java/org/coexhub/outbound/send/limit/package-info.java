/**
 * Meta's limits, kept before Graph is called: messages per second of each business number, and messages to each
 * recipient. Shared by all nodes through the database; may touch the tables of limits and the backlog of waiting commands,
 * and asks Graph what a number may send. Decides when, never whether.
 */
package org.coexhub.outbound.send.limit;
