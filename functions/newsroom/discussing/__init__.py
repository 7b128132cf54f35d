"""What readers write: taken in, judged, mailed about, sealed."""
