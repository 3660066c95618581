/**
 * The settings by which Meta's Graph API is reached: address, version, token, time limit. Whoever calls Graph asks
 * here; knows settings only.
 */
package org.coexhub.platform.graph;
