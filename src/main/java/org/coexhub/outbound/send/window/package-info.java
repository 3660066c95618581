/**
 * Commands that wait for the customer service window, and how they are released when the customer writes.
 */
package org.coexhub.outbound.send.window;
