"""Pure rules of acting, without Django."""
