package clusters

// Emulated is emulated.
var Emulated = emulated
