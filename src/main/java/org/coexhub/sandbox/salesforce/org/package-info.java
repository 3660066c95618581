/**
 * The simulated org itself: records, their rules, sessions, the event bus, and faults on demand. Knows no protocol.
 */
package org.coexhub.sandbox.salesforce.org;
