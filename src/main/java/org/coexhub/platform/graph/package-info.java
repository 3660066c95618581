/**
 * How Meta's Graph API is reached: address, version, token, time limit. Everybody who calls Graph asks here.
 */
package org.coexhub.platform.graph;
