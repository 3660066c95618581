/**
 * The Graph API of simulated Meta over loopback HTTP, with Meta's checks, limits and errors. Hands accepted sends to
 * the courier; may touch the phones, nothing of the hub.
 */
package org.coexhub.sandbox.meta.graph;
