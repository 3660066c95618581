/**
 * Ends the process when it can no longer be trusted. Knows nothing else of the hub.
 */
package org.coexhub.platform.process;
