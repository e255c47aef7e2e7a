"""Style pictures: read, recoloured and measured; and the styles that a program draws."""
