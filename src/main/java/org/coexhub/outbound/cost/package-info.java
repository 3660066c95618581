/**
 * The cost ledger: what Meta bills, what is free, and what was never sent. A step of the router writes it from prices in
 * statuses; the API reads it. Knows commands only to tell who wanted a message.
 */
package org.coexhub.outbound.cost;
