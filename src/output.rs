//! Edge: writes outputs atomically, only on change, never over what others wrote.
