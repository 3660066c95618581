/**
 * What the hub may ask of simulated Meta: the Graph API over loopback HTTP with Meta's checks, limits and errors. Hands
 * accepted sends to the courier; may touch the phones, nothing of the hub.
 */
package org.coexhub.sandbox.meta.graph;
